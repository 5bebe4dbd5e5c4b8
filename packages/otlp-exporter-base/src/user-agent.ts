// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The user agent that the OTLP specification demands, with the application's own before it.
 * @param manifest the exporter's package.json, whose version it names.
 */
export function userAgent(prefix: string | undefined, manifest: URL): string {
  const { version } = createRequire(import.meta.url)(fileURLToPath(manifest)) as { version: string };
  const standard = `OTel-OTLP-Exporter-JavaScript/${version}`;
  return prefix === undefined ? standard : `${prefix} ${standard}`;
}
