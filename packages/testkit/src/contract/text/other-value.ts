/**
 * A value that contradicts another: its numbers are changed (0 becomes 9, others 0), or where it has
 * none, its letters.
 */
export function otherValue(value: string): string {
  if (/\d/.test(value)) return value.replaceAll(/\d+/g, (number) => (Number(number) === 0 ? "9" : "0"));
  return value.replaceAll(/[a-z]/gi, (letter) => (/z/i.test(letter) ? "a" : nextLetter(letter)));
}

const nextLetter = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 1);
