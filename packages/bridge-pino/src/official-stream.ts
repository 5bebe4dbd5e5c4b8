// SPDX-License-Identifier: Apache-2.0

/** The class of the stream that the official instrumentation puts beside a logger's own. */
const OFFICIAL_STREAM = 'OTelPinoStream';

/** A multistream of pino, as far as it is looked at. */
interface Multistream {
  readonly streams?: MultistreamEntry[];
}

interface MultistreamEntry {
  readonly stream?: { readonly lastObj?: unknown; readonly constructor?: { readonly name?: unknown } };
}

/** What became of the stream that the official instrumentation had added to a logger's. */
export type OfficialStream = 'absent' | 'removed' | 'removed, after it had the record';

/**
 * Takes the stream of the official instrumentation out of a logger's stream, so that records arrive once.
 *
 * @param record the merging object of the record that is being written: a multistream hands it to one stream after another.
 */
export function removeOfficial(stream: unknown, record: object): OfficialStream {
  const { streams } = stream as Multistream;
  const index = Array.isArray(streams)
    ? streams.findIndex((entry) => entry.stream?.constructor?.name === OFFICIAL_STREAM)
    : -1;
  if (streams === undefined || index === -1) return 'absent';
  const [entry] = streams.splice(index, 1);
  return entry?.stream?.lastObj === record ? 'removed, after it had the record' : 'removed';
}
