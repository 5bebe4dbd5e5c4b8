// SPDX-License-Identifier: Apache-2.0
import type { Utf8Source } from '@logferry/core';

/** UTF-16 units of text that are brought into a window at once: few enough to stay in a core's cache. */
export const WINDOW_UNITS: number = 32 * 1024;

const MAX_UTF8_PER_UNIT = 3;

/** What may be read behind the last newline, four bytes at a time; what stands there does not matter. */
const SLACK_BYTES = 16;

/** A part of what pino wrote, whole lines each with its newline, as bytes: a loop over them takes far less time than one over a text. */
export class LineWindow implements Utf8Source {
  readonly bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(MAX_UTF8_PER_UNIT * WINDOW_UNITS + SLACK_BYTES);
  readonly view: DataView = new DataView(this.bytes.buffer);
  /** Behind the last newline. */
  end = 0;

  /** Takes lines in the place of what was there. @param text at most `WINDOW_UNITS`, ending with a newline. */
  fill(text: string): void {
    this.end = this.bytes.write(text, 0, 'utf8');
  }

  /** The position of the newline that ends the line. */
  lineEnd(start: number): number {
    return this.bytes.indexOf(0x0a, start);
  }

  text(start: number, end: number): string {
    return this.bytes.toString('utf8', start, end);
  }
}
