// SPDX-License-Identifier: Apache-2.0

/** What an encoder could not write as it was, since it was made. Counts only, no content. */
export interface EncoderStats {
  /** Values for which a marker stands: circular, too deep, or thrown by what should have given them. */
  readonly markers: number;
  /** Strings, byte arrays, arrays and maps that were cut because the record would have become too large. */
  readonly truncated: number;
  /** Attributes left out because the record would have become too large. */
  readonly droppedAttributes: number;
}

/** The counts while an encoder works. */
export class EncoderCounts implements EncoderStats {
  markers = 0;
  truncated = 0;
  droppedAttributes = 0;

  snapshot(): EncoderStats {
    return { markers: this.markers, truncated: this.truncated, droppedAttributes: this.droppedAttributes };
  }

  /** Takes back what was counted since, for a record that is written again. */
  restore({ markers, truncated, droppedAttributes }: EncoderStats): void {
    this.markers = markers;
    this.truncated = truncated;
    this.droppedAttributes = droppedAttributes;
  }
}
