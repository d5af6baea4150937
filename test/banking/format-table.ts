import type { Column, Layout } from '#banking/layout.js';

const heads = ['#', 'Column', '栏目', 'Bytes', 'At', 'Filled', 'Holds', 'Meaning'];

/**
 * The table of one record as docs/formats prints it; in a fixed layout with the place of each byte.
 */
export function formatTable(layout: Layout, columns: readonly Column[]): string {
  const fixed = layout.shape.kind === 'fixed';
  let start = 1;
  const rows = columns.map((column, index) => {
    const at = `${start}–${start + column.bytes - 1}`;
    start += column.bytes;
    return [
      String(index + 1),
      `\`${column.name}\``,
      column.zh,
      fixed ? String(column.bytes) : `≤ ${column.bytes}`,
      at,
      column.align === 'left' ? 'left, spaces' : 'right, zeros',
      holds(layout, column),
      column.optional === true ? `${column.en}; may be empty` : column.en,
    ];
  });
  const dashes = heads.map(() => '---');
  // Places and filling say nothing where separators do the work.
  const shown = (cells: readonly string[]) =>
    cells.filter((_, index) => fixed || (index !== 4 && index !== 5));
  return [heads, dashes, ...rows].map((row) => `| ${shown(row).join(' | ')} |`).join('\n');
}

function holds(layout: Layout, column: Column): string {
  switch (column.kind) {
    case 'constant':
      return `\`${column.value}\``;
    case 'word':
      return Object.values(column.words)
        .map((letter) => `\`${letter}\``)
        .join(' ');
    case 'amount':
    case 'total':
      return layout.amounts === 'fen' ? 'whole fen' : 'yuan, two decimals';
    case 'day':
      return layout.days;
    case 'month':
      return layout.days === 'YYYYMMDD' ? 'YYYYMM' : 'YYYY-MM';
    case 'text':
    case 'note':
      return 'text';
    case 'token':
      return 'letters, digits, `.` `_` `-`';
    case 'account':
      return 'letters, digits, `-`';
    case 'bank':
      return '12 digits';
    case 'count':
      return 'whole number';
  }
}
