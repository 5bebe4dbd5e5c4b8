// SPDX-License-Identifier: Apache-2.0
// Stands in the place of `line.ts` on this line.
export { logs, SeverityNumber } from '@opentelemetry/api-logs';
