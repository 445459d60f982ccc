// Shows the help pages: the list, or one page (`?page=returns`) from its Markdown.
// It reads the little Markdown that these pages use and makes nodes: no HTML is ever parsed.

const PAGE = /^[a-z0-9-]+$/;

/** Nodes for one line: **bold**, `code` and [links](…). */
function inline(text) {
  const parts = text.split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\))/);
  return parts.filter(Boolean).map((part) => {
    const link = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
    if (link) return linkTo(link[1], link[2]);
    if (part.startsWith('**')) return make('strong', [part.slice(2, -2)]);
    if (part.startsWith('`')) return make('code', [part.slice(1, -1)]);
    return part;
  });
}

function linkTo(text, address) {
  const url = new URL(address, location.href);
  if (!/^(https?|mailto|tel):$/.test(url.protocol)) return text;
  return Object.assign(make('a', [text]), { href: url.href });
}

const make = (tag, children = []) => {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
};

/** Blocks: headings, lists, tables and paragraphs, with a blank line between them. */
function blocks(markdown) {
  return markdown.trim().split(/\n{2,}/).map((block) => {
    const lines = block.split('\n');
    const heading = /^(#{2,3}) (.*)$/.exec(block);
    if (heading) return make(`h${heading[1].length}`, inline(heading[2]));
    if (lines.every((line) => line.startsWith('- '))) return make('ul', items(lines, /^- /));
    if (lines.every((line) => /^\d+\. /.test(line))) return make('ol', items(lines, /^\d+\. /));
    if (lines.every((line) => line.startsWith('|'))) return tableOf(lines);
    return make('p', inline(lines.join(' ')));
  });
}

const items = (lines, mark) => lines.map((line) => make('li', inline(line.replace(mark, ''))));

function tableOf([head, , ...rows]) {
  const cells = (line, tag) => line.split('|').slice(1, -1).map((cell) => make(tag, inline(cell.trim())));
  const table = make('table', [
    make('thead', [make('tr', cells(head, 'th'))]),
    make('tbody', rows.map((row) => make('tr', cells(row, 'td')))),
  ]);
  return Object.assign(make('div', [table]), { className: 'scroll' });
}

async function show(name) {
  const answer = await fetch(`/help/${name}.md`);
  if (!answer.ok) throw new Error(String(answer.status));
  const [, head, body] = /^---\n([^]*?)\n---\n([^]*)$/.exec(await answer.text());
  const title = /^title: *"?(.*?)"?$/m.exec(head)[1];
  document.title = `${title} · Fernhill`;
  document.getElementById('page').replaceChildren(make('h1', [title]), ...blocks(body));
}

const wanted = new URLSearchParams(location.search).get('page');
if (wanted && PAGE.test(wanted)) {
  document.querySelector(`nav a[href="/help/?page=${wanted}"]`)?.setAttribute('aria-current', 'page');
  show(wanted).catch(() => {
    document.getElementById('page').replaceChildren(
      make('h1', ['This page is not here']),
      make('p', ['It may have moved. Look through the list of help pages, or ask us in the chat.']),
    );
  });
}
