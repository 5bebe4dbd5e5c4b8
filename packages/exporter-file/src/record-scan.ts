// SPDX-License-Identifier: Apache-2.0

/** How the lines of a file tell their records. */
export type RecordFormat =
  | { readonly kind: 'otlp-json' }
  /** One object a line, with its time in a field. */
  | { readonly kind: 'json'; readonly timeField: string | undefined; readonly unitsPerMilli: number | undefined }
  /** One line a record, and nothing is known of it. */
  | { readonly kind: 'lines' };

/** What was found in a file. */
export interface RecordSummary {
  readonly recordCount: number;
  readonly firstTimeMillis: number | undefined;
  readonly lastTimeMillis: number | undefined;
}

const NEWLINE = 0x0a;
const NANOS_PER_MILLI = 1e6;

interface OtlpLine {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpRecord[] }[];
  }[];
}

interface OtlpRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
}

/** Counts the records of a file and finds their earliest and latest time. A line that can't be read counts for nothing. */
export class RecordScan {
  readonly #format: RecordFormat;
  #carry: Buffer[] = [];
  #count = 0;
  #first = Infinity;
  #last = -Infinity;

  constructor(format: RecordFormat) {
    this.#format = format;
  }

  /** Takes the next bytes of the file. */
  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#carry.push(chunk.subarray(start, end));
      this.#line();
      start = end + 1;
    }
    // A copy: the chunk's memory may be used again.
    if (start < chunk.length) this.#carry.push(Buffer.from(chunk.subarray(start)));
  }

  end(): RecordSummary {
    if (this.#carry.length > 0) this.#line();
    return {
      recordCount: this.#count,
      firstTimeMillis: this.#first === Infinity ? undefined : this.#first,
      lastTimeMillis: this.#last === -Infinity ? undefined : this.#last,
    };
  }

  #line(): void {
    const parts = this.#carry;
    this.#carry = [];
    if (this.#format.kind === 'lines') {
      if (parts.some((part) => part.byteLength > 0)) this.#count += 1;
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse((parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString());
    } catch {
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (this.#format.kind === 'otlp-json') this.#otlpLine(value);
    else this.#jsonLine(value as Record<string, unknown>, this.#format);
  }

  #otlpLine({ resourceLogs = [] }: OtlpLine): void {
    for (const { scopeLogs = [] } of resourceLogs) {
      for (const { logRecords = [] } of scopeLogs) {
        this.#count += logRecords.length;
        for (const { timeUnixNano = '0', observedTimeUnixNano = '0' } of logRecords) {
          this.#time(Number(timeUnixNano === '0' ? observedTimeUnixNano : timeUnixNano) / NANOS_PER_MILLI);
        }
      }
    }
  }

  #jsonLine(
    fields: Record<string, unknown>,
    { timeField, unitsPerMilli }: { timeField: string | undefined; unitsPerMilli: number | undefined },
  ): void {
    this.#count += 1;
    if (timeField === undefined || !Object.hasOwn(fields, timeField)) return;
    const time = fields[timeField];
    if (unitsPerMilli !== undefined) this.#time(Number(time) / unitsPerMilli);
    else if (typeof time === 'string') this.#time(Date.parse(time));
  }

  #time(millis: number): void {
    const time = Math.floor(millis);
    if (!(time > 0)) return;
    this.#first = Math.min(this.#first, time);
    this.#last = Math.max(this.#last, time);
  }
}
