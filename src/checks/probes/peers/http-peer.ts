import type { Workbench } from '../../../engine/self-test.js'

/** A peer that answers every request with the same page (RFC 9112), written out by hand. */
export function servePage(workbench: Workbench, status: string, mediaType: string, body: string): Promise<number> {
  return workbench.serve((socket) => {
    let heard = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text
      if (!heard.includes('\r\n\r\n')) return
      heard = ''
      socket.end(
        `HTTP/1.1 ${status}\r\nContent-Type: ${mediaType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      )
    })
  })
}
