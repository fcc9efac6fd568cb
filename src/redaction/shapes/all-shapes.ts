import { Anchors, NOWHERE } from './anchors.js'
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
import type { TextUnits, Found } from '../span.js'
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

const WITHOUT_ANCHORS = SHAPES.filter((shape) => shape.anchors === undefined)

const ANCHORS = new Anchors(SHAPES.flatMap((shape) => shape.anchors ?? []))

/** Everything in a text that looks like a credential, whether or not its value is known. */
export function shapedSpans(reading: TextUnits): Found[] {
  const places = ANCHORS.in(reading)
  const possible =
    places === NOWHERE ? WITHOUT_ANCHORS : SHAPES.filter((shape) => !shape.anchors || places(shape.anchors).length > 0)
  return possible.flatMap((shape) => shape.find(reading, places))
}
