/** Writes plain data (what JSON can hold) as block-style YAML. Never reads YAML. */
export function yamlText(value: unknown): string {
  return `${block(value, 0)}\n`.replace(/^\n/, '');
}

function block(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return scalar(value);
  const indent = `\n${'  '.repeat(depth)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((member) => `${indent}- ${block(member, depth + 1).trimStart()}`).join('');
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  return members
    .map(([name, member]) => {
      const text = block(member, depth + 1);
      return `${indent}${key(name)}:${text.startsWith('\n') ? '' : ' '}${text}`;
    })
    .join('');
}

function key(name: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(name) ? name : JSON.stringify(name);
}

/** A JSON string is a valid YAML scalar whatever it holds. */
function scalar(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
