// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

// One level up from src and from dist alike.
const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** The user agent that the OTLP specification demands, with the application's own before it; grpc-js adds its own. */
export function userAgent(prefix: string | undefined): string {
  const standard = `OTel-OTLP-Exporter-JavaScript/${version}`;
  return prefix === undefined ? standard : `${prefix} ${standard}`;
}
