// SPDX-License-Identifier: Apache-2.0
// The names that each SDK line keeps elsewhere. Programs import this file; on the 0.2xx line `line-0.2xx.ts` stands in its place.
export { logs, SeverityNumber } from '@opentelemetry/api';
