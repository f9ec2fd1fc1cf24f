/** What a thread says: first that it is ready or why it cannot be, then what it has to say to each question, and that this was all. */
export type ThreadSaid<Said> =
  { readonly ready: true } | { readonly refused: string } | { readonly said: Said } | { readonly ended: true };
