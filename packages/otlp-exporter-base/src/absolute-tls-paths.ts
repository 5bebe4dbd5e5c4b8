// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';

import type { TlsOptions } from './shared-options.ts';

/** For a worker thread, which may be started again after the application has changed its directory. */
export function withAbsoluteTlsPaths(tls: TlsOptions): TlsOptions {
  return {
    ...tls,
    ...(tls.caFile === undefined ? {} : { caFile: resolve(tls.caFile) }),
    ...(tls.certFile === undefined ? {} : { certFile: resolve(tls.certFile) }),
    ...(tls.keyFile === undefined ? {} : { keyFile: resolve(tls.keyFile) }),
  };
}
