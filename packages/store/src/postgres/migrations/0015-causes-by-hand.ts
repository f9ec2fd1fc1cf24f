/** Who gave a ban its cause by hand stands in a field of its own, and not only in the words of the rule. */
export const causesByHand = {
  number: 15,
  name: "causes-by-hand",
  sql: `
update bans set attribution = attribution || jsonb_build_object('person', substr(attribution->>'rule', length('reclassified by ') + 1))
where attribution->>'rule' like 'reclassified by %';
`,
} as const;
