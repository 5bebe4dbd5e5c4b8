// SPDX-License-Identifier: Apache-2.0
import type { FailureReports } from './failure-reports.ts';

/** A text, or what gives it for each file. */
export type FileText = string | (() => string);

/** Room that is kept free in a file for its footer. */
export const FOOTER_ROOM_BYTES = 1_024;

/** The texts at the beginning and the end of each file. What a function throws costs the text, never a record. */
export class FileHooks {
  /** Bytes of a file that its lines must leave free. */
  readonly footerRoomBytes: number;
  readonly #path: string;
  readonly #header: FileText | undefined;
  readonly #footer: FileText | undefined;
  readonly #failures: FailureReports;

  constructor(path: string, header: FileText | undefined, footer: FileText | undefined, failures: FailureReports) {
    this.#path = path;
    this.#header = header;
    this.#footer = footer;
    this.#failures = failures;
    this.footerRoomBytes = footer === undefined ? 0 : FOOTER_ROOM_BYTES;
  }

  /** Whole lines, or undefined. */
  header(): string | undefined {
    return this.#textOf('the header hook of', this.#header);
  }

  /** Whole lines, or undefined. */
  footer(): string | undefined {
    const text = this.#textOf('the footer hook of', this.#footer);
    if (text === undefined || Buffer.byteLength(text) <= FOOTER_ROOM_BYTES) return text;
    this.#failures.tolerated('the footer hook of', this.#path, new RangeError(`more than ${FOOTER_ROOM_BYTES} bytes`));
    return undefined;
  }

  #textOf(what: string, hook: FileText | undefined): string | undefined {
    if (hook === undefined) return undefined;
    try {
      const text: unknown = typeof hook === 'string' ? hook : hook();
      if (typeof text !== 'string') throw new TypeError('it gave no string');
      if (text === '') return undefined;
      return text.endsWith('\n') ? text : `${text}\n`;
    } catch (error) {
      this.#failures.tolerated(what, this.#path, error);
      return undefined;
    }
  }
}
