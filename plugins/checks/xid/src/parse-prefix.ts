// What logs put before a kernel message. Every bound below keeps a line of 1 MB linear to read.

/**
 * Stamps of the kernel's own tools: `<4>`, `6,3973,2279,-;` (kmsg), `[   12.345678]`, `[  T123]`,
 * `[Thu May 28 01:14:02 2026]`, `kern  :warn  :` (dmesg -x), and a time in ISO form.
 */
const STAMP =
  /^(?:<\d{1,4}>|\d{1,4},\d{1,20},\d{1,20},[^;]{1,100};|\[(?=[^\]]{0,40}\d)[\s\w:.,+-]{1,40}\]|kern {0,4}: {0,4}\w{1,10} {0,4}:|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.,:+Z-]{0,20}(?=\s))\s*/;
const MOST_STAMPS = 6;

/** The syslog tag, with time and host before it; another program's tag would stand between as `name: `. */
const KERNEL_TAG = /^([^"'=]{0,160}?)(?<!\S)kernel(?:\[\d{1,10}\])?:\s*/;

function withoutStamps(text: string): string {
  let rest = text;
  for (let stamps = 0; stamps < MOST_STAMPS; stamps += 1) {
    const stamp = STAMP.exec(rest);
    if (stamp === null) break;
    rest = rest.slice(stamp[0].length);
  }
  return rest;
}

/** A log line taken apart. */
export interface KernelMessage {
  /** The line from where a kernel message may begin: past stamps alone, and past the syslog tag where there is one. */
  readonly starts: readonly string[];
  /** The format of the line is known, so that a message begins at one of `starts` and nowhere else. */
  readonly certain: boolean;
}

/** Finds where the kernel's message begins, in the forms of journalctl, syslog, dmesg and kmsg. */
export function kernelMessage(line: string): KernelMessage {
  const text = line.trim();
  const stampless = withoutStamps(text);
  const tag = KERNEL_TAG.exec(stampless);
  if (tag !== null && !/:\s/.test(tag[1] ?? "")) {
    return { starts: [stampless, withoutStamps(stampless.slice(tag[0].length))], certain: true };
  }
  // An ISO time alone stands before the messages of every program.
  return { starts: [stampless], certain: stampless !== text && !/^\d{4}-/.test(text) };
}
