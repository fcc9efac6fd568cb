import { Anchors, type TextUnits, type Found } from '../span.js'
import { commandLineShapes } from './command-line.js'
import { netrc, passwordLine, pgpass } from './credential-file.js'
import { keyValue, nameValuePair, tuple, changedValue, maskRequest, shellSetting } from './named-value.js'
import { accessRule, escapedAuth, failedCommand, goDsn, natsConnect, natsProof } from './driver-output.js'
import {
  basicCredentials,
  bearerToken,
  credentialHeader,
  queryToken,
  urlUserInfo,
  webhookUrl,
  markupElement,
} from './url-password.js'
import { privateKey } from './private-key.js'
import {
  authCommand,
  authProtocol,
  passwordSetting,
  passwordVerifier,
  redisSetting,
  scramMessage,
  scramSignature,
} from './server-auth.js'
import type { Shape } from './shape.js'
import { atlasToken, botToken, jsonWebKey, jsonWebToken, vendorToken } from './vendor-token.js'

const SHAPES: readonly Shape[] = [
  privateKey,
  jsonWebToken,
  vendorToken,
  atlasToken,
  botToken,
  jsonWebKey,
  credentialHeader,
  bearerToken,
  basicCredentials,
  keyValue,
  urlUserInfo,
  queryToken,
  webhookUrl,
  commandLineShapes,
  netrc,
  passwordLine,
  pgpass,
  authCommand,
  authProtocol,
  escapedAuth,
  redisSetting,
  passwordSetting,
  passwordVerifier,
  scramMessage,
  scramSignature,
  nameValuePair,
  tuple,
  markupElement,
  shellSetting,
  maskRequest,
  changedValue,
  failedCommand,
  accessRule,
  goDsn,
  natsConnect,
  natsProof,
]

const ANCHORS = new Anchors(SHAPES.flatMap((shape) => shape.anchors ?? []))

const WITHOUT_ANCHORS = SHAPES.filter((shape) => shape.anchors === undefined)

const BY_ANCHOR = new Map<string, Shape[]>()
for (const shape of SHAPES)
  for (const anchor of new Set(shape.anchors)) BY_ANCHOR.set(anchor, [...(BY_ANCHOR.get(anchor) ?? []), shape])

/** Everything in a text that looks like a credential, whether or not its value is known. */
export function shapedSpans(reading: TextUnits): Found[] {
  const { words, places } = ANCHORS.in(reading)
  const possible = new Set(WITHOUT_ANCHORS)
  for (const word of words) for (const shape of BY_ANCHOR.get(word) ?? []) possible.add(shape)
  return [...possible].flatMap((shape) => shape.find(reading, places))
}
