// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

const IN_API_LOGS = /[\\/]@opentelemetry[\\/]api-logs[\\/]/;

/**
 * Whether a copy of api-logs has been loaded. It is CommonJS also for those who import it, so it is in the cache of `require`; a
 * bundled copy is not, and stays unseen.
 */
export function isApiLogsLoaded(): boolean {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).some((path) => IN_API_LOGS.test(path));
}
