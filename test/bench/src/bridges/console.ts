// SPDX-License-Identifier: Apache-2.0
import type { OpenPipeline } from '../harness/pipeline.ts';
import { callingPipeline } from './calling-pipeline.ts';
import { olderCountingProvider } from './counting-provider.ts';

/** The console alone, with our bridge, or with the official instrumentation. All three print; standard output is discarded. */
export const open: OpenPipeline = async ({ bridge }) => {
  const { provider, count } = olderCountingProvider();
  undo?.();
  if (bridge === 'official') {
    const { ConsoleInstrumentation } = await import('@opentelemetry/instrumentation-console');
    const instrumentation = new ConsoleInstrumentation();
    undo = () => instrumentation.disable();
  } else if (bridge === 'logferry') {
    const { bridgeConsole } = await import('@logferry/bridge-console');
    const installed = bridgeConsole({ loggerProvider: provider });
    undo = () => installed.restore();
  }
  const call = (message: string, attributes: object): void => console.info(message, attributes);
  return callingPipeline(call, bridge === 'none' ? undefined : count);
};

let undo: (() => void) | undefined;
