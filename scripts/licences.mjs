// Lists what the package brings along when it is installed, each with its licence: `npm run licences`.
import { readFileSync } from 'node:fs'

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const folder = 'node_modules/'
for (const [path, { version, license, dev }] of Object.entries(packages)) {
  // A package may lie within another's folder. What is for developing alone does not ship.
  if (path !== '' && dev !== true)
    console.log(`${path.slice(path.lastIndexOf(folder) + folder.length)}@${version}  ${license ?? 'none named'}`)
}
