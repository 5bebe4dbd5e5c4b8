// SPDX-License-Identifier: Apache-2.0
export {
  type CertificateAuthority,
  type CertificatePair,
  type CertificateRequest,
  createCertificateAuthority,
} from './certificates.ts';
