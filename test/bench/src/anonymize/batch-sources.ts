// SPDX-License-Identifier: Apache-2.0

/** What a contestant of a case does with one batch after the other. */
import { cleanText } from './clean-text.ts';
import {
  makeRequest,
  PATH_CONTESTANTS,
  PATH_SECRET,
  type PathContestant,
  SECRETS_PER_REQUEST,
} from './path-contestants.ts';
import { percentFound, PLANTED_TEXTS } from './planted-text.ts';
import { RecordBatches, type RecordKind, recordsOf } from './record-batches.ts';
import { RECORD_CONTESTANTS } from './record-contestants.ts';
import { TEXT_CONTESTANTS, type TextContestant } from './text-contestants.ts';

export type AnonymizeKind =
  | { readonly of: 'texts'; readonly texts: 'mix' | 'numbers' | 'planted' }
  | { readonly of: 'records'; readonly records: RecordKind }
  | { readonly of: 'objects' };

/** Texts and records have the same contestants. */
export type ContestantName = TextContestant | PathContestant;

export interface Batch {
  readonly items: number;
  /** Of the texts in the items, in UTF-8. */
  readonly bytes: number;
  readonly work: () => void;
}

export interface BatchSource {
  readonly next: () => Batch;
  readonly foundPercent: () => number;
}

export const BATCH_ITEMS = 512;

/** In the mix with values to find, one text in so many holds one. */
const PLANTED_EVERY = 20;

/** What the contestants give back is used, so that no work can be left out. */
export const sink: { last: unknown } = { last: undefined };

export function batchSourceOf(kind: AnonymizeKind, name: ContestantName): BatchSource {
  if (kind.of === 'texts') return textSource(kind.texts, name as TextContestant);
  return kind.of === 'records'
    ? recordSource(kind.records, name as TextContestant)
    : objectSource(name as PathContestant);
}

function textSource(kind: 'mix' | 'numbers' | 'planted', name: TextContestant): BatchSource {
  const redact = TEXT_CONTESTANTS[name]();
  let sequence = 0;
  const make = (): string => {
    sequence += 1;
    if (kind !== 'planted') return cleanText(kind, sequence);
    return sequence % PLANTED_EVERY === 0
      ? `${sequence} ${PLANTED_TEXTS[(sequence / PLANTED_EVERY) % PLANTED_TEXTS.length]!.text}`
      : cleanText('mix', sequence);
  };
  return {
    next: () => {
      const texts = Array.from({ length: BATCH_ITEMS }, make);
      const bytes = textBytes(texts);
      const work = (): void => {
        for (let index = 0; index < texts.length; index += 1) sink.last = redact(texts[index]!);
      };
      return { items: texts.length, bytes, work };
    },
    foundPercent: () => percentFound(PLANTED_TEXTS.map(({ text }) => redact(text))),
  };
}

function recordSource(kind: RecordKind, name: TextContestant): BatchSource {
  const redact = RECORD_CONTESTANTS[name]();
  const batches = new RecordBatches(kind);
  return {
    next: () => {
      const records = batches.next(BATCH_ITEMS);
      const work = (): void => {
        for (let index = 0; index < records.length; index += 1) sink.last = redact(records[index]!);
      };
      return {
        items: records.length,
        bytes: textBytes(records.map(({ body, attributes }) => [body, attributes])),
        work,
      };
    },
    foundPercent: () =>
      percentFound(recordsOf(PLANTED_TEXTS.map(({ text }) => text)).map((record) => String(redact(record).body))),
  };
}

function objectSource(name: PathContestant): BatchSource {
  const redact = PATH_CONTESTANTS[name]();
  let sequence = 0;
  return {
    next: () => {
      const objects = Array.from({ length: BATCH_ITEMS }, () => makeRequest((sequence += 1)));
      const bytes = textBytes(objects);
      const work = (): void => {
        for (let index = 0; index < objects.length; index += 1) sink.last = redact(objects[index]!);
      };
      return { items: objects.length, bytes, work };
    },
    foundPercent: () => {
      const left = redact(makeRequest(1)).split(PATH_SECRET).length - 1;
      return ((SECRETS_PER_REQUEST - left) / SECRETS_PER_REQUEST) * 100;
    },
  };
}

/** The texts in values, without keys and numbers. */
function textBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + textBytes(item), 0);
}
