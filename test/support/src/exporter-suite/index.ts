// SPDX-License-Identifier: Apache-2.0
export type { ExporterKind } from './exporter-kind.ts';
export { testLifecycle } from './lifecycle.ts';
export { testWithSdk } from './with-sdk.ts';
