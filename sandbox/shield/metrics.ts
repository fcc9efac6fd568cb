import { createServer, type Server } from 'node:http'
import type { ShieldState } from './shield-state.js'

const prometheusType = 'text/plain; version=0.0.4'

/** Shield's Prometheus page. It is empty: the counters are described but never incremented. */
export function createMetrics({ misbehaviour }: ShieldState): Server {
  return createServer((_request, response) => {
    switch (misbehaviour.metrics) {
      case 'contract':
        return response.writeHead(200, { 'content-type': prometheusType }).end('')
      case 'garbage':
        return response
          .writeHead(200, { 'content-type': prometheusType })
          .end('shield_connections_total{tenant="a" ninety\n}{ 12 12 12\n')
      case 'html':
        return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>')
      case 'error':
        return response.writeHead(500, { 'content-type': 'text/plain' }).end('exporter failed')
      case 'silent':
        return undefined
    }
  })
}
