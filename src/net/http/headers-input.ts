import { z } from 'zod'
import { credential } from '../credential.js'

/** RFC 9110 §5.1. */
const wellFormed = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Headers of the connection itself, which only the client may set (RFC 9110 §7.6.1, RFC 6455 §11.3). */
const reserved =
  /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|sec-websocket-.*)$/i

/** Headers among a kind's inputs, by name. Their values may be credentials. */
export const headersInput = () =>
  z
    .record(z.string(), credential())
    .default({})
    .superRefine((headers, context) => {
      for (const name of Object.keys(headers)) {
        if (!wellFormed.test(name))
          context.addIssue({ code: 'custom', path: [name], message: 'this is not the name of a header' })
        else if (reserved.test(name))
          context.addIssue({ code: 'custom', path: [name], message: 'this header belongs to the connection' })
      }
    })
