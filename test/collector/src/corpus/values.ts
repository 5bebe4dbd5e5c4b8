// SPDX-License-Identifier: Apache-2.0
import type { OtlpJsonLogRecord, OtlpJsonValue } from '../collected-records.ts';
import type { EmittedRecord } from '../sdk-line.ts';
import { bodyValues } from './body-values.ts';
import { type CorpusEntry, type CorpusPipeline, observedTimeOf } from './corpus.ts';
import { attributeValues, type ValueCase } from './value-cases.ts';

/** Where in a record a value stands, as emitted and as written. */
interface Place {
  readonly name: string;
  emit(value: unknown): EmittedRecord;
  write(written: OtlpJsonValue): Pick<OtlpJsonLogRecord, 'body' | 'attributes'>;
}

const bodyPlaces: readonly Place[] = [
  {
    name: 'as body',
    emit: (body) => ({ body }),
    write: (body) => ({ body }),
  },
  {
    name: 'in an array',
    emit: (value) => ({ body: ['before', value, 'after'] }),
    write: (written) => ({
      body: { arrayValue: { values: [{ stringValue: 'before' }, written, { stringValue: 'after' }] } },
    }),
  },
  {
    name: 'in a map',
    emit: (value) => ({ body: { before: 1, value, after: 2 } }),
    write: (written) => ({
      body: {
        kvlistValue: {
          values: [
            { key: 'before', value: { intValue: '1' } },
            { key: 'value', value: written },
            { key: 'after', value: { intValue: '2' } },
          ],
        },
      },
    }),
  },
];

const attributePlaces: readonly Place[] = [
  {
    name: 'as attribute',
    emit: (value) => ({ attributes: { before: 1, value, after: 2 } }),
    write: (written) => ({
      body: {},
      attributes: [
        { key: 'before', value: { intValue: '1' } },
        { key: 'value', value: written },
        { key: 'after', value: { intValue: '2' } },
      ],
    }),
  },
  {
    name: 'inside an attribute',
    emit: (value) => ({ attributes: { outer: { list: [value] } } }),
    write: (written) => ({
      body: {},
      attributes: [
        {
          key: 'outer',
          value: { kvlistValue: { values: [{ key: 'list', value: { arrayValue: { values: [written] } } }] } },
        },
      ],
    }),
  },
];

/** An entry with what the Collector writes for its value. */
export interface ValueEntry extends CorpusEntry {
  readonly written: Pick<OtlpJsonLogRecord, 'body' | 'attributes'>;
  /** Set where the official exporter is wrong. */
  readonly official?: { readonly written: Pick<OtlpJsonLogRecord, 'body' | 'attributes'>; readonly because: string };
}

/** Every shape of AnyValue at every place. */
export const valueEntries: readonly ValueEntry[] = [
  ...entriesOf(attributeValues, [...bodyPlaces, ...attributePlaces], 0),
  ...entriesOf(bodyValues, bodyPlaces, 1000),
];

export const valuePipeline: CorpusPipeline = {
  name: 'values',
  resource: () => ({ attributes: { 'service.name': 'values' } }),
  entries: valueEntries,
};

function entriesOf(cases: readonly ValueCase[], places: readonly Place[], firstIndex: number): ValueEntry[] {
  return cases
    .flatMap((valueCase) => places.map((place) => ({ valueCase, place })))
    .map(({ valueCase: { name, value, written, official }, place }, index) => ({
      name: `${name} ${place.name}`,
      scope: { name: 'values' },
      record: { ...place.emit(value), observedTimestamp: observedTimeOf(firstIndex + index) },
      written: place.write(written),
      ...(official && { official: { written: place.write(official.written), because: official.because } }),
    }));
}
