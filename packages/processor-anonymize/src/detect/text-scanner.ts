// SPDX-License-Identifier: Apache-2.0

/** Finds what a text holds, as it stands and below the encodings that it uses. */
import { BUDGET_LABEL, DEPTH_LABEL } from '../entities.ts';
import type { SensitiveWords } from '../sensitive-words.ts';
import { base64End, decodeBase64Text } from './base64-text.ts';
import { decodeLayer } from './decode-text.ts';
import { type Finding, mergeFindings } from './finding.ts';
import type { IpRanges, Scan } from './scan-input.ts';
import { HAS_ESCAPES, HAS_LONG_RUN, HAS_NON_ASCII, scanPlainText } from './scan-text.ts';
import type { UserDetector } from './user-detector.ts';

/** Encodings inside each other; what is wrapped deeper is redacted whole. */
const MAX_LAYERS = 8;

/** A finding with the text that it found, decoded. */
export interface FoundValue extends Finding {
  readonly value: string;
}

export interface ScannerSetup {
  readonly entities: ReadonlySet<string>;
  readonly words: SensitiveWords;
  readonly ipRanges: IpRanges;
  readonly detectors: readonly UserDetector[];
}

const NONE: readonly FoundValue[] = [];

/** A run that can be base64. Each unit belongs to one run only. */
const BASE64_RUN = /[A-Za-z\d+/_-]{12,}/g;

export class TextScanner {
  readonly #setup: ScannerSetup;
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
    const read = Math.min(text.length, Math.max(this.unitsLeft, 0));
    this.unitsLeft -= text.length;
    this.unitsRead += text.length;
    if (read < text.length) return this.#findInPart(text, read, context, layer);
    const scan: Scan = { text, context, isCut, findings: [], ...this.#setup };
    const features = scanPlainText(scan);
    for (const detector of this.#setup.detectors) detector.find(scan);
    const found: FoundValue[] = [];
    for (const finding of scan.findings) found.push(withValue(finding, text));
    if ((features & (HAS_ESCAPES | HAS_NON_ASCII)) !== 0) this.#findDecoded(text, context, isCut, layer, found);
    if ((features & HAS_LONG_RUN) !== 0) this.#findBase64(text, context, layer, found);
    return found.length === 0 ? NONE : merge(found, text);
  }

  /** The budget ends in this text: what lies behind it is redacted unseen. */
  #findInPart(text: string, read: number, context: ReadonlySet<string>, layer: number): readonly FoundValue[] {
    if (read > 0) {
      this.unitsLeft += text.length;
      const found = [...this.#find(text.slice(0, read), context, true, layer)];
      this.unitsLeft = 0;
      found.push({ start: read, end: text.length, entity: BUDGET_LABEL, value: '' });
      return merge(found, text);
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

  #findBase64(text: string, context: ReadonlySet<string>, layer: number, found: FoundValue[]): void {
    for (const match of text.matchAll(BASE64_RUN)) {
      for (const start of pieceStarts(match[0], match.index)) {
        const end = base64End(text, start);
        const decoded = decodeBase64Text(text, start, end);
        if (decoded === undefined) continue;
        if (layer >= MAX_LAYERS) {
          found.push({ start, end, entity: DEPTH_LABEL, value: '' });
          break;
        }
        const [first] = this.#find(decoded, context, false, layer + 1);
        if (first === undefined) continue;
        found.push({ start, end, entity: first.entity, value: text.slice(start, end), isWrapped: true });
        break;
      }
    }
  }
}

/** Where base64 can begin in a run: a path may stand before it. */
function pieceStarts(run: string, offset: number): readonly number[] {
  const starts = [offset];
  for (let slash = run.indexOf('/'); slash >= 0 && starts.length < 4; slash = run.indexOf('/', slash + 1)) {
    if (run.length - slash > 12) starts.push(offset + slash + 1);
  }
  return starts;
}

function withValue(finding: Finding, text: string): FoundValue {
  return { ...finding, value: text.slice(finding.start, finding.end) };
}

/** Where findings were joined the value is that of the whole range. */
function merge(found: FoundValue[], text: string): readonly FoundValue[] {
  const values = new Map(found.map((finding) => [`${finding.start}:${finding.end}:${finding.entity}`, finding.value]));
  return mergeFindings(found).map((finding) => ({
    ...finding,
    value: values.get(`${finding.start}:${finding.end}:${finding.entity}`) ?? text.slice(finding.start, finding.end),
  }));
}
