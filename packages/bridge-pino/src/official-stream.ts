// SPDX-License-Identifier: Apache-2.0

/** The class of the stream that the official instrumentation puts beside a logger's own. */
const OFFICIAL_STREAM = 'OTelPinoStream';

export const SENT_TWICE =
  '@opentelemetry/instrumentation-pino sends records as well: they arrive twice until its option disableLogSending is true, or this destination is removed';

/** A multistream of pino, as far as it is looked at. */
interface Multistream {
  readonly streams?: unknown;
}

interface MultistreamEntry {
  readonly stream?: { readonly constructor?: { readonly name?: unknown } };
}

/** Whether the official instrumentation sends what is written to a logger's stream. */
export function sendsToo(stream: unknown): boolean {
  const { streams } = stream as Multistream;
  if (!Array.isArray(streams)) return false;
  return (streams as MultistreamEntry[]).some(({ stream: inner }) => inner?.constructor?.name === OFFICIAL_STREAM);
}
