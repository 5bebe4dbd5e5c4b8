// SPDX-License-Identifier: Apache-2.0

/** Finds what a text holds, as it stands and below the encodings that it uses. */
import { BUDGET_LABEL, DEPTH_LABEL } from '../entities.ts';
import type { SensitiveWords } from '../sensitive-words.ts';
import { decodeBase64Text, nextTextStart } from './base64-text.ts';
import { contextBits } from './context.ts';
import { DecodedText } from './decode-text.ts';
import { type Finding, type FoundValue, mergeFindings } from './finding.ts';
import { KeyDecisions } from './key-decisions.ts';
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
  readonly #keys: KeyDecisions;
  readonly #scans: { -readonly [K in keyof Scan]: Scan[K] }[] = [];
  readonly #decoded: DecodedText[] = [];
  /** Units that may still be read for the current record, over all layers. */
  unitsLeft: number = Infinity;
  /** Whether the last text held nothing, nor an encoding in which something could have been. */
  isPlain = false;
  /** Units read so far. Tests see from it that the time is linear. */
  unitsRead = 0;

  constructor(setup: ScannerSetup) {
    this.#setup = setup;
    this.#keys = new KeyDecisions(setup.words);
  }

  /**
   * What the text holds, in order and without overlaps.
   *
   * @param context the entities that the key of the value is context for.
   * @param isCut whether an earlier limit may have cut the text at its end.
   */
  find(text: string, context: ReadonlySet<string>, isCut: boolean): readonly FoundValue[] {
    this.isPlain = false;
    return this.#find(text, context, isCut, 0);
  }

  #find(text: string, context: ReadonlySet<string>, isCut: boolean, layer: number): readonly FoundValue[] {
    const read = text.length <= this.unitsLeft ? text.length : Math.max(this.unitsLeft, 0);
    this.unitsLeft -= text.length;
    this.unitsRead += text.length;
    if (read < text.length) return this.#findInPart(text, read, context, layer);
    const scan = this.#scan(text, context, isCut, layer);
    const isEncoded = scanPlainText(scan);
    if (this.#setup.detectors.length > 0) for (const detector of this.#setup.detectors) detector.find(scan);
    if (!isEncoded && scan.findings.length === 0 && scan.base64.length === 0) {
      if (layer === 0) this.isPlain = true;
      return NONE;
    }
    const found = scan.findings.map((finding) => withValue(finding, text));
    if (isEncoded) this.#findDecoded(text, context, isCut, layer, found);
    if (scan.base64.length > 0) this.#findBase64(text, context, scan.base64, layer, found);
    return found.length === 0 ? NONE : mergeFindings(found, text);
  }

  /** One for each layer, used again for every text. */
  #scan(text: string, context: ReadonlySet<string>, isCut: boolean, layer: number): Scan {
    let scan = this.#scans[layer];
    if (scan === undefined) {
      const { entities, ipRanges, detectors } = this.#setup;
      const bits = contextBits(context);
      scan = {
        text,
        context,
        isCut,
        entities,
        ipRanges,
        hasUuids: entities.has('uuid'),
        hasDetectors: detectors.length > 0,
        keys: this.#keys,
        findings: [],
        base64: [],
        base64Read: 0,
        contextBits: bits,
        wordBits: -1,
      };
      this.#scans[layer] = scan;
      return scan;
    }
    scan.text = text;
    scan.context = context;
    scan.contextBits = context.size === 0 ? 0 : contextBits(context);
    scan.wordBits = -1;
    scan.isCut = isCut;
    scan.base64Read = 0;
    if (scan.findings.length > 0) scan.findings = [];
    if (scan.base64.length > 0) scan.base64 = [];
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
    const decoded = (this.#decoded[layer] ??= new DecodedText());
    if (!decoded.decode(text)) return;
    if (layer >= MAX_LAYERS) {
      found.push({ start: 0, end: text.length, entity: DEPTH_LABEL, value: '' });
      return;
    }
    for (const inner of this.#find(decoded.text, context, isCut, layer + 1)) {
      if (inner.end <= inner.start) continue;
      found.push({ ...inner, start: decoded.startOf(inner.start), end: decoded.endOf(inner.end) });
    }
    decoded.release();
  }

  #findBase64(
    text: string,
    context: ReadonlySet<string>,
    pieces: readonly number[],
    layer: number,
    found: FoundValue[],
  ): void {
    for (let index = 0; index < pieces.length; index += 2) {
      const first = pieces[index]!;
      const end = pieces[index + 1]!;
      for (
        let start = nextTextStart(text, first, first, end);
        start >= 0;
        start = nextTextStart(text, first, start + 1, end)
      ) {
        if (layer >= MAX_LAYERS) {
          found.push({ start, end, entity: DEPTH_LABEL, value: '' });
          break;
        }
        const [inner] = this.#find(decodeBase64Text(text, start, end), context, false, layer + 1);
        if (inner === undefined) continue;
        found.push({ start, end, entity: inner.entity, value: text.slice(start, end), isWrapped: true });
        break;
      }
    }
  }
}

function withValue(finding: Finding, text: string): FoundValue {
  return { ...finding, value: text.slice(finding.start, finding.end) };
}
