// SPDX-License-Identifier: Apache-2.0

/** What a history runs with. Another start may have other limits. */
export interface HistoryLimits {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxAgeMillis: number;
  /** Above `maxFileBytes`, so that the room of the current file is what is kept free. */
  readonly maxTotalBytes: number;
}

interface ModelFile {
  readonly name: string;
  readonly text: string;
  readonly modifiedMillis: number;
}

/** What the rotated files of a directory must be: told of each rename, and when the limits are looked at. */
export class DirectoryModel {
  /** The text of every file that was ever rotated, in order. */
  readonly everRotated: string[] = [];
  #kept: ModelFile[] = [];

  /** The files that must be there, oldest first. */
  get kept(): readonly ModelFile[] {
    return this.#kept;
  }

  rotated(name: string, text: string, modifiedMillis: number): void {
    this.everRotated.push(text);
    this.#kept.push({ name, text, modifiedMillis });
  }

  /** The newest files stay, as many as there may be beside the current one and fit into the total, and are not too old. */
  applyLimits(limits: HistoryLimits, nowMillis: number): void {
    let room = limits.maxTotalBytes - limits.maxFileBytes;
    const kept: ModelFile[] = [];
    for (const file of this.#kept.toReversed()) {
      room -= file.text.length;
      if (room < 0 || kept.length + 1 >= limits.maxFiles) break;
      if (nowMillis - file.modifiedMillis <= limits.maxAgeMillis) kept.unshift(file);
    }
    this.#kept = kept;
  }
}
