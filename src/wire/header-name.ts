import { z } from 'zod'

/** Headers of the connection itself, which only the client may set (RFC 9110 §7.6.1, RFC 6455 §11.3). */
const reserved = /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|sec-websocket-.*)$/i

/** The name of a header among a kind's inputs (RFC 9110 §5.1). */
export const headerName = () =>
  z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'not a header name' })
    .refine((name) => !reserved.test(name), { error: 'this header belongs to the connection' })
