// SPDX-License-Identifier: Apache-2.0
import protobuf from 'protobufjs/minimal.js';

/** What a receiver answers to one export request. */
export type Reply = (OkReply | StatusReply | SilentReply) & {
  /** Milliseconds of real time before the answer. Default: none. */
  readonly delayMillis?: number;
};

/** All records taken, or some of them refused (partial success). */
export interface OkReply {
  readonly kind: 'ok';
  readonly rejected?: number;
  readonly message?: string;
}

/** A gRPC status other than OK. */
export interface StatusReply {
  readonly kind: 'status';
  readonly code: number;
  readonly message?: string;
  /** google.rpc.RetryInfo in the trailer `grpc-status-details-bin`. */
  readonly retryInfo?: { readonly seconds: number; readonly nanos?: number };
  /** Raw bytes of the trailer `grpc-status-details-bin`, instead of `retryInfo`. */
  readonly statusDetails?: Uint8Array;
}

/** No answer at all. */
export interface SilentReply {
  readonly kind: 'silence';
}

/** The bytes of an ExportLogsServiceResponse. */
export function encodeExportResponse(reply: OkReply): Buffer {
  const writer = protobuf.Writer.create();
  if (reply.rejected !== undefined || reply.message !== undefined) {
    writer.uint32((1 << 3) | 2).fork();
    if (reply.rejected !== undefined) writer.uint32(1 << 3).int64(reply.rejected);
    if (reply.message !== undefined) writer.uint32((2 << 3) | 2).string(reply.message);
    writer.ldelim();
  }
  return Buffer.from(writer.finish());
}

/** The bytes of a google.rpc.Status with one RetryInfo detail. */
export function encodeRetryInfo(
  code: number,
  message: string,
  delay: { readonly seconds: number; readonly nanos?: number },
): Buffer {
  const retryInfo = protobuf.Writer.create();
  retryInfo.uint32((1 << 3) | 2).fork();
  retryInfo.uint32(1 << 3).int64(delay.seconds);
  if (delay.nanos !== undefined) retryInfo.uint32(2 << 3).int32(delay.nanos);
  retryInfo.ldelim();
  const writer = protobuf.Writer.create();
  writer.uint32(1 << 3).int32(code);
  writer.uint32((2 << 3) | 2).string(message);
  writer.uint32((3 << 3) | 2).fork();
  writer.uint32((1 << 3) | 2).string('type.googleapis.com/google.rpc.RetryInfo');
  writer.uint32((2 << 3) | 2).bytes(retryInfo.finish());
  writer.ldelim();
  return Buffer.from(writer.finish());
}
