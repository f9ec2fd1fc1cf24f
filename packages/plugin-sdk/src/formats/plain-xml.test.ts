import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyDocument, MOST_ELEMENTS } from "./any-xml.ts";
import { plainDocument } from "./plain-xml.ts";
import type { XmlElement } from "./xml.ts";

/** Everything of a tree, parents by their names. */
const shown = ({ parent, children, ...element }: XmlElement): unknown => ({
  ...element,
  parent: parent?.name,
  children: children.map(shown),
});

const byAnyParser = (stdout: string): unknown => {
  try {
    return shown(anyDocument({ probe: "p", stdout }));
  } catch {
    return undefined;
  }
};
const plain = (text: string): XmlElement | undefined => plainDocument(text, MOST_ELEMENTS);

const PROLOG = '<?xml version="1.0" ?>\n<!DOCTYPE log SYSTEM "log_v13.dtd">\n';
const PIECES = [
  ..."<>/=\"'&;[]!?- \t\n\r\0\u007f\u00e9\ufeff\ufffd".split(""),
  "<a>",
  "</a>",
  "<b>",
  "</b>",
  "<b/>",
  "<b />",
  '<a id="0">',
  '<a id="0" x="1">',
  "<a id='0'>",
  "<:c>",
  "<1>",
  "</a >",
  "]]>",
  "&amp;",
  "<!-- c -->",
  "<![CDATA[x]]>",
  "<?pi?>",
  "text",
  " x ",
  PROLOG,
  '<?xml version="1.0"?>',
  '<?xml version="1.0" encoding="UTF-8" ?>',
  '<?xml version="2.0" ?>',
  "<!DOCTYPE a>",
];

describe("plainDocument", () => {
  it("reads a document of elements and text", () => {
    expect(
      plain(`${PROLOG}<log>\n\t<gpu id="0">\n\t\t<name> A B </name>\n\t\t<none/>\n\t</gpu>\n</log>\n`),
    ).toMatchObject({
      name: "log",
      line: 3,
      children: [
        {
          name: "gpu",
          line: 4,
          attributes: { id: "0" },
          children: [
            { name: "name", text: "A B", line: 5 },
            { name: "none", text: "", line: 6 },
          ],
        },
      ],
    });
  });

  it.each([
    "<a>&amp;</a>",
    "<a>é</a>",
    "<a><!-- --></a>",
    "<a>1</a",
    "<a></b>",
    "<a/><b/>",
    "<a/> x",
    "<a/>\r",
    "\r<a/>",
    "",
    "x",
  ])("leaves %s to the parser of all XML", (text) => {
    expect(plain(text)).toBeUndefined();
  });

  it("leaves a document of more elements than are read to the parser of all XML", () => {
    expect(plainDocument("<a><b/><b/></a>", 2)).toBeUndefined();
    expect(plainDocument("<a><b/><b/></a>", 3)?.children).toHaveLength(2);
  });

  it("gives of any text the tree that the parser of all XML gives, or none", () => {
    const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(""));
    const enclosed = texts.map((inner) => `${PROLOG}<a>${inner}</a>\n`);
    fc.assert(
      fc.property(fc.oneof(texts, enclosed), (text) => {
        const tree = plain(text);
        if (tree !== undefined) expect(shown(tree)).toEqual(byAnyParser(text));
      }),
      { numRuns: 3_000 },
    );
  });
});
