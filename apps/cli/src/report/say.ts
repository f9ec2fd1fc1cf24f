import { jsonLine, type Document } from "@slipway/queries";

/** How an answer is printed: as its document with `--json`, else as text. */
export interface Answer<Content extends object> {
  readonly json: boolean | undefined;
  readonly document: Document<Content>;
}

/** Prints an answer. @param text as people read it, whole lines */
export const say = <Content extends object>(
  { json, document }: Answer<Content>,
  content: Content,
  text: string,
): void => void process.stdout.write(json === true ? jsonLine(document, content) : text);
