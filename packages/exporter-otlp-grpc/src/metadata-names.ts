// SPDX-License-Identifier: Apache-2.0

/** Names that gRPC and HTTP/2 set themselves. */
const RESERVED = /^(?:grpc-|content-type$|te$|user-agent$|host$|connection$)/;

/** What gRPC has against a name of metadata; undefined: nothing. */
export function metadataNameRule(name: string): string | undefined {
  if (RESERVED.test(name)) return `the header ${name} is set by the protocol`;
  if (name.endsWith('-bin')) return `the header ${name} is binary, which is not supported`;
  return undefined;
}
