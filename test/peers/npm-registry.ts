import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Installed {
  readonly status: number
  readonly stderr: string
}

interface Registry {
  /** Paths that were asked for and are not the package's. */
  readonly refused: readonly string[]
  /** Runs npm with this registry. */
  npm(args: readonly string[]): Promise<Installed>
  stop(): Promise<void>
}

/**
 * An npm registry on the loopback that has one package, this one.
 */
export async function startRegistry(tarball: string): Promise<Registry> {
  const bytes = readFileSync(tarball)
  const manifest = JSON.parse(
    spawnSync('tar', ['xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }).stdout,
  ) as { readonly name: string; readonly version: string }
  const { name, version } = manifest
  const refused: string[] = []
  const server = createServer((request, response) => {
    const file = `/${name}/-/${name}-${version}.tgz`
    const path = decodeURIComponent(request.url ?? '')
    if (path === file) return void response.end(bytes)
    if (path !== `/${name}`) {
      refused.push(path)
      return void response.writeHead(404).end()
    }
    const dist = {
      tarball: `http://${request.headers.host}${file}`,
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    }
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        name,
        'dist-tags': { latest: version },
        versions: { [version]: { ...manifest, dist } },
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    refused,
    npm: (args) =>
      new Promise((resolve) =>
        execFile('npm', [...args, '--registry', url], (error, _, stderr) =>
          resolve({ status: error === null ? 0 : 1, stderr }),
        ),
      ),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
