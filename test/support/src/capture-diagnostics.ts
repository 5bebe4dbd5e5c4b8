// SPDX-License-Identifier: Apache-2.0
import { diag, DiagLogLevel } from '@opentelemetry/api';

/** What was said through the API's `diag` since the capture began. */
export interface CapturedDiagnostics {
  /** `level: message`, oldest first. */
  readonly messages: readonly string[];
  stop(): void;
}

/** Takes over the process's `diag` until `stop`. */
export function captureDiagnostics(): CapturedDiagnostics {
  const messages: string[] = [];
  const take = (level: string) => (message: string) => void messages.push(`${level}: ${message}`);
  diag.setLogger(
    { error: take('error'), warn: take('warn'), info: take('info'), debug: take('debug'), verbose: take('verbose') },
    { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
  );
  return { messages, stop: () => diag.disable() };
}
