// SPDX-License-Identifier: Apache-2.0

/** The module that `pino.transport({ target: '@logferry/bridge-pino/transport', options })` loads in a worker thread. */
import type { Writable } from 'node:stream';

import { openTransport } from './transport/open-transport.ts';
import type { TransportOptions } from './transport/options.ts';

export type { TransportExporter, TransportOptions } from './transport/options.ts';

/**
 * Opens the transport. Called by pino, in its worker thread.
 *
 * @throws LogferryError `INVALID_OPTION` for a bad option, and where the package of the chosen exporter is not installed.
 */
export default async function transport(options: TransportOptions = {}): Promise<Writable> {
  return await openTransport(options);
}
