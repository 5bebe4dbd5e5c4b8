// SPDX-License-Identifier: Apache-2.0
import { Diagnostics } from '@logferry/core';

/** What the package says about itself. */
export const diagnostics: Diagnostics = new Diagnostics('@logferry/config');
