// SPDX-License-Identifier: Apache-2.0
export { captureDiagnostics, type CapturedDiagnostics } from './capture-diagnostics.ts';
export {
  type CertificateAuthority,
  type CertificatePair,
  type CertificateRequest,
  createCertificateAuthority,
} from './certificates.ts';
export {
  collectedRecord,
  collectingProcessor,
  type CollectedLogRecord,
  type CollectedLogRecords,
  type CollectedLogRecordsOptions,
  collectLogRecords,
} from './collected-log-records.ts';
export { type CollectedMetric, CollectedMetrics } from './collected-metrics.ts';
export { countLogRecords, readRecordTimes } from './count-log-records.ts';
export { type DnsServer, startDnsServer } from './dns-server.ts';
export {
  correctReply,
  dropConnectionMidResponse,
  type FaultyPeer,
  grpcStatus,
  gzipBomb,
  type Http2Peer,
  httpStatus,
  hugeReply,
  neverAnswer,
  noGrpcStatus,
  type PeerRequest,
  resetConnectionMidResponse,
  resetStream,
  startHttp2Peer,
  startSilentPeer,
  startTextPeer,
  startTlsPeer,
  type StreamBehaviour,
} from './faulty-peer.ts';
export { google, opentelemetry } from './generated/otlp.js';
export { type HttpProxy, type HttpProxyOptions, startHttpProxy } from './http-proxy.ts';
export { type LogBatch, logBatch, logBodies } from './log-batch.ts';
export {
  type HttpReply,
  type HttpStatusReply,
  jsonLogBodies,
  type OtlpHttpReceiver,
  type OtlpHttpReceiverOptions,
  type ReceivedHttpRequest,
  startOtlpHttpReceiver,
} from './otlp-http-receiver.ts';
export type { OkReply, Reply, SilentReply, StatusReply } from './otlp-replies.ts';
export {
  LOGS_EXPORT_METHOD,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  type ReceivedRequest,
  type ReceiverStats,
  startOtlpReceiver,
} from './otlp-receiver.ts';
export { RAW_OK, type RawHttpBehaviour, startRawHttpPeer } from './raw-http-peer.ts';
export {
  type OtlpReceiverProcess,
  type OtlpReceiverProcessOptions,
  type ReceiverProcessStats,
  startOtlpReceiverProcess,
} from './receiver-process.ts';
export { type ProxyMode, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export { TestContextManager } from './test-context-manager.ts';
