// SPDX-License-Identifier: Apache-2.0
import { type ChannelInterface, type Metadata, type StatusObject, status } from '@grpc/grpc-js';

/** What is asked for. */
export interface UnaryRequest {
  readonly method: string;
  readonly metadata: Metadata;
  readonly message: Buffer;
  /** Milliseconds since the Unix epoch; Infinity: none. */
  readonly deadline: number;
}

/** What came of a call. */
export interface UnaryResult {
  readonly status: StatusObject;
  /** The last message; undefined where none came. */
  readonly response: Buffer | undefined;
  /** Whether the server had begun a response. */
  readonly answered: boolean;
}

/** A call in flight. */
export interface UnaryCall {
  cancel(): void;
  /** The address that the call went to, or the channel's target as long as it has none. */
  peer(): string;
}

/**
 * Calls a method with one message, as `Client.makeUnaryRequest` of grpc-js does, on the channel itself: instrumentations
 * patch the client, and where the application has no context manager nothing tells them to leave a call alone.
 * @throws Error when the channel is closed.
 */
export function startUnaryCall(
  channel: ChannelInterface,
  request: UnaryRequest,
  onEnd: (result: UnaryResult) => void,
): UnaryCall {
  const call = channel.createCall(request.method, request.deadline, undefined, null, undefined);
  let answered = false;
  let response: Buffer | undefined;
  call.start(request.metadata, {
    onReceiveMetadata: () => {
      answered = true;
    },
    onReceiveMessage: (message: Buffer | null) => {
      response = message ?? response;
    },
    onReceiveStatus: (ended) => onEnd({ status: ended, response, answered }),
  });
  call.startRead();
  call.sendMessageWithContext({}, request.message);
  call.halfClose();
  return {
    cancel: () => call.cancelWithStatus(status.CANCELLED, 'Cancelled on client'),
    peer: () => call.getPeer(),
  };
}
