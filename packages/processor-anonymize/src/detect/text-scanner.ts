// SPDX-License-Identifier: Apache-2.0

/** Finds what a text holds, as it stands and below the encodings that it uses. */
import { BUDGET_LABEL, DEPTH_LABEL } from '../entities.ts';
import type { SensitiveWords } from '../sensitive-words.ts';
import { base64End, decodeBase64Text } from './base64-text.ts';
import { isBase64Unit } from './characters.ts';
import { decodeLayer } from './decode-text.ts';
import { type Finding, type FoundValue, mergeFindings } from './finding.ts';
import type { IpRanges, Scan } from './scan-input.ts';
import { scanPlainText } from './scan-text.ts';
import type { UserDetector } from './user-detector.ts';

/** Encodings inside each other; what is wrapped deeper is redacted whole. */
const MAX_LAYERS = 8;

export interface ScannerSetup {
  readonly entities: ReadonlySet<string>;
  readonly words: SensitiveWords;
  readonly ipRanges: IpRanges;
  readonly detectors: readonly UserDetector[];
}

const NONE: readonly FoundValue[] = [];

export class TextScanner {
  readonly #setup: ScannerSetup;
  readonly #scans: { -readonly [K in keyof Scan]: Scan[K] }[] = [];
  /** Units that may still be read for the current record, over all layers. */
  unitsLeft: number = Infinity;
  /** Units read so far. Tests see from it that the time is linear. */
  unitsRead = 0;

  constructor(setup: ScannerSetup) {
    this.#setup = setup;
  }

  /**
   * What the text holds, in order and without overlaps.
   *
   * @param context the entities that the key of the value is context for.
   * @param isCut whether an earlier limit may have cut the text at its end.
   */
  find(text: string, context: ReadonlySet<string>, isCut: boolean): readonly FoundValue[] {
    return this.#find(text, context, isCut, 0);
  }

  #find(text: string, context: ReadonlySet<string>, isCut: boolean, layer: number): readonly FoundValue[] {
    const read = text.length <= this.unitsLeft ? text.length : Math.max(this.unitsLeft, 0);
    this.unitsLeft -= text.length;
    this.unitsRead += text.length;
    if (read < text.length) return this.#findInPart(text, read, context, layer);
    const scan = this.#scan(text, context, isCut, layer);
    const features = scanPlainText(scan);
    for (const detector of this.#setup.detectors) detector.find(scan);
    if (features === 0 && scan.findings.length === 0 && scan.longRuns.length === 0) return NONE;
    const found = scan.findings.map((finding) => withValue(finding, text));
    if (features !== 0) this.#findDecoded(text, context, isCut, layer, found);
    if (scan.longRuns.length > 0) this.#findBase64(text, context, scan.longRuns, layer, found);
    return found.length === 0 ? NONE : mergeFindings(found, text);
  }

  /** One for each layer, used again for every text. */
  #scan(text: string, context: ReadonlySet<string>, isCut: boolean, layer: number): Scan {
    let scan = this.#scans[layer];
    if (scan === undefined) {
      scan = { text, context, isCut, findings: [], longRuns: [], mayHaveContext: new Map(), ...this.#setup };
      this.#scans[layer] = scan;
      return scan;
    }
    scan.text = text;
    scan.context = context;
    scan.isCut = isCut;
    if (scan.findings.length > 0) scan.findings = [];
    if (scan.longRuns.length > 0) scan.longRuns = [];
    if (scan.mayHaveContext.size > 0) scan.mayHaveContext.clear();
    return scan;
  }

  /** The budget ends in this text: what lies behind it is redacted unseen. */
  #findInPart(text: string, read: number, context: ReadonlySet<string>, layer: number): readonly FoundValue[] {
    if (read > 0) {
      this.unitsLeft += text.length;
      const found = [...this.#find(text.slice(0, read), context, true, layer)];
      this.unitsLeft = 0;
      found.push({ start: read, end: text.length, entity: BUDGET_LABEL, value: '' });
      return mergeFindings(found, text);
    }
    return [{ start: 0, end: text.length, entity: BUDGET_LABEL, value: '' }];
  }

  #findDecoded(text: string, context: ReadonlySet<string>, isCut: boolean, layer: number, found: FoundValue[]): void {
    const decoded = decodeLayer(text);
    if (decoded === undefined) return;
    if (layer >= MAX_LAYERS) {
      found.push({ start: 0, end: text.length, entity: DEPTH_LABEL, value: '' });
      return;
    }
    for (const inner of this.#find(decoded.text, context, isCut, layer + 1)) {
      if (inner.end <= inner.start) continue;
      found.push({ ...inner, start: decoded.startOf(inner.start), end: decoded.endOf(inner.end) });
    }
  }

  #findBase64(
    text: string,
    context: ReadonlySet<string>,
    runs: readonly number[],
    layer: number,
    found: FoundValue[],
  ): void {
    let done = 0;
    for (const run of runs) {
      if (run < done) continue;
      // `+` and `/` end runs, so that base64 can begin before this one.
      let first = run;
      while (first > done && isBase64Unit(text.charCodeAt(first - 1))) first -= 1;
      done = base64End(text, run);
      for (const start of pieceStarts(text, first, done)) {
        const decoded = decodeBase64Text(text, start, done);
        if (decoded === undefined) continue;
        if (layer >= MAX_LAYERS) {
          found.push({ start, end: done, entity: DEPTH_LABEL, value: '' });
          break;
        }
        const [inner] = this.#find(decoded, context, false, layer + 1);
        if (inner === undefined) continue;
        found.push({ start, end: done, entity: inner.entity, value: text.slice(start, done), isWrapped: true });
        break;
      }
    }
  }
}

/** Where base64 can begin in a run: a path may stand before it. */
function pieceStarts(text: string, first: number, end: number): readonly number[] {
  const starts = [first];
  for (let at = first; at < end - 12 && starts.length < 4; at += 1)
    if (text.charCodeAt(at) === 0x2f) starts.push(at + 1);
  return starts;
}

function withValue(finding: Finding, text: string): FoundValue {
  return { ...finding, value: text.slice(finding.start, finding.end) };
}
