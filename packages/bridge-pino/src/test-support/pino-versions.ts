// SPDX-License-Identifier: Apache-2.0
import pino10 from 'pino';
import pino9 from 'pino-9';

export interface PinoVersion {
  readonly version: string;
  /** The types of both are the same where tests use them. */
  readonly pino: typeof pino10;
}

/** The majors of pino that the peer range has. */
export const PINO_VERSIONS: readonly PinoVersion[] = [
  { version: pino10.version, pino: pino10 },
  { version: pino9.version, pino: pino9 as unknown as typeof pino10 },
];
