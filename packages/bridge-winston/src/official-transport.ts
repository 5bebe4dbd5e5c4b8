// SPDX-License-Identifier: Apache-2.0
import type { BridgeEmitter } from '@logferry/bridge-base';

/** The class that `@opentelemetry/instrumentation-winston` adds to every logger, of `@opentelemetry/winston-transport`. */
const OFFICIAL_TRANSPORT = 'OpenTelemetryTransportV3';

/**
 * Makes each official transport beside ours silent, by winston's own option, and says so once: whoever added ours wants one record
 * per call, and the official instrumentation adds its transport unasked. Not where ours has a provider of its own, to which the
 * official one does not emit.
 */
export function silenceOfficialTransports(transports: readonly unknown[], emitter: BridgeEmitter): void {
  if (!emitter.isGlobal()) return;
  for (const transport of transports) {
    if (!isOfficial(transport) || transport.silent === true) continue;
    transport.silent = true;
    emitter.warnOnce(
      '@opentelemetry/winston-transport is on the same logger: it was made silent, so that records arrive once',
    );
  }
}

function isOfficial(transport: unknown): transport is { silent?: boolean } {
  return (
    typeof transport === 'object' &&
    transport !== null &&
    (transport.constructor as { name?: unknown } | undefined)?.name === OFFICIAL_TRANSPORT
  );
}
