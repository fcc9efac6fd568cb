// Makes dist/: the bundled program and what it reads from files. The folder is emptied first, so that nothing deleted
// lives on in it. Types are not looked at: `npm run check` does that.
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { bundle } from './build/bundle.mjs'
import { writeCodeCache } from './build/code-cache.mjs'
import { writeDocuments } from './build/documents.mjs'
import { writeCommandManifest } from './build/command-manifest.mjs'
import { noticesOf, packagesOf } from './build/notices.mjs'

rmSync('dist', { recursive: true, force: true })
const files = await bundle()
writeFileSync('dist/THIRD-PARTY-NOTICES', noticesOf(packagesOf(files)))
copyAssets()
await writeCommandManifest()
await writeDocuments()
await writeCodeCache()

/** What is read beside the code: stand-in programs, SQL and key files of the sandbox, style and script of the HTML report. */
function copyAssets() {
  const assets = ['sandbox', 'src/reports/html/assets']
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts') && !entry.name.endsWith('.md'))
  for (const asset of assets) cpSync(`${asset.parentPath}/${asset.name}`, `dist/${asset.parentPath}/${asset.name}`)
}
