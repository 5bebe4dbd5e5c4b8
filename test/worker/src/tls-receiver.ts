// SPDX-License-Identifier: Apache-2.0
import {
  type CertificateAuthority,
  createCertificateAuthority,
  logBodies,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  type Reply,
  startOtlpReceiver,
} from '@logferry-test/support';
import { onTestFinished } from 'vitest';

export interface TlsReceiver extends OtlpReceiver {
  readonly authority: CertificateAuthority;
  /** Bodies of all requests that were answered OK, in order. */
  accepted(): string[];
}

/** A receiver that speaks TLS, closed when the test ends. */
export async function tlsReceiver(options: OtlpReceiverOptions = {}): Promise<TlsReceiver> {
  const authority = await createCertificateAuthority();
  onTestFinished(() => authority.dispose());
  const accepted: string[] = [];
  const respond = options.respond ?? ((): Reply => ({ kind: 'ok' }));
  const receiver = await startOtlpReceiver({
    tls: await authority.server(),
    keepRequests: false,
    ...options,
    async respond(request, index) {
      const reply = await respond(request, index);
      if (reply.kind === 'ok') accepted.push(...logBodies(request.bytes).slice(reply.rejected ?? 0));
      return reply;
    },
  });
  onTestFinished(() => receiver.close());
  return Object.assign(receiver, { authority, accepted: () => accepted });
}
