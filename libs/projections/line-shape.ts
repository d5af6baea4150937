/**
 * A line of JSON as it is nearly always printed, to be cut out where parsing it would take twice as
 * long or more. `~` stands for a text in which nothing is escaped, `#` for digits, `@` for a list
 * without lists in it; a part between `<` and `>` may be null instead. Any other line is parsed.
 */
export function lineShape(line: string): RegExp {
  const shape = line
    .replace(/[{}[\]]/g, String.raw`\$&`)
    .replaceAll('~', String.raw`([^"\\]*)`)
    .replaceAll('#', String.raw`(\d+)`)
    .replaceAll('@', String.raw`\[([^\][\\]*)\]`)
    .replaceAll('<', '(?:null|')
    .replaceAll('>', ')');
  return new RegExp(`^${shape}$`);
}
