/** A share as an attribute of SVG: `12.5%`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`
}
