// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';

/** Texts in which an entity stands, and texts that look like it and hold nothing of the kind. */
export interface EntityCorpus {
  readonly entity: string;
  readonly positives: readonly string[];
  readonly negatives: readonly string[];
}

const FOLDER = new URL('entities/', import.meta.url);

export const ENTITY_CORPORA: readonly EntityCorpus[] = readdirSync(FOLDER)
  .toSorted()
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as EntityCorpus);
