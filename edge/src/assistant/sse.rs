//! Server-sent events as model servers really send them: any line ending, comments, a byte-order mark,
//! lines split at any byte. <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>

/// A line longer than this is no event of a chat model.
const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line of the stream is longer than 4 MiB")]
pub struct TooLong;

/// Takes bytes as they come and gives the `data` of each event.
#[derive(Default)]
pub struct Parser {
    line: Vec<u8>,
    data: Option<String>,
    after_cr: bool,
    begun: bool,
}

impl Parser {
    pub fn push(&mut self, bytes: &[u8], mut event: impl FnMut(&str)) -> Result<(), TooLong> {
        let mut rest = bytes;
        if self.after_cr && rest.first() == Some(&b'\n') {
            rest = rest.get(1..).unwrap_or_default();
        }
        if !bytes.is_empty() {
            self.after_cr = false;
        }
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, end) = rest.split_at(at);
            self.line.extend_from_slice(line);
            self.end_line(&mut event);
            let crlf = end.starts_with(b"\r\n");
            self.after_cr = end == b"\r";
            rest = end.get(if crlf { 2 } else { 1 }..).unwrap_or_default();
        }
        self.line.extend_from_slice(rest);
        if self.line.len() > MAX_LINE_BYTES { Err(TooLong) } else { Ok(()) }
    }

    /// The stream is over: an event without its empty line still counts, since many servers forget it.
    pub fn end(&mut self, mut event: impl FnMut(&str)) {
        if !self.line.is_empty() {
            self.end_line(&mut event);
        }
        if let Some(data) = self.data.take() {
            event(&data);
        }
    }

    fn end_line(&mut self, event: &mut impl FnMut(&str)) {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = if self.begun { &*text } else { text.strip_prefix('\u{feff}').unwrap_or(&text) };
        self.begun = true;
        if text.is_empty() {
            if let Some(data) = self.data.take() {
                event(&data);
            }
            return;
        }
        let Some(value) = text.strip_prefix("data:") else { return };
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the stream, it must give the same events for every way to cut it into chunks.
    fn check(stream: &[u8], expected: &[&str]) {
        for size in [1, 2, 3, 7, stream.len().max(1)] {
            let mut parser = Parser::default();
            let mut events = Vec::new();
            for chunk in stream.chunks(size) {
                parser.push(chunk, |data| events.push(data.to_owned())).unwrap();
            }
            parser.end(|data| events.push(data.to_owned()));
            assert_eq!(events, expected, "in chunks of {size}");
        }
    }

    #[test]
    fn events_are_found_however_they_are_written() {
        check(b"data: a\n\ndata: b\n\n", &["a", "b"]);
        check(b"data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"]);
        check(b"data: a\r\rdata:b\r\r", &["a", "b"]);
        check(b"\xef\xbb\xbfdata: a\n\n", &["a"]);
        check(b": hello\nevent: x\nid: 1\ndata: a\n: more\ndata: b\n\n", &["a\nb"]);
        check("data: größe 👍\n\n".as_bytes(), &["größe 👍"]);
        check(b"data: a\n\ndata: cut", &["a", "cut"]);
        check(b"\n\n\n", &[]);
        check(b"<html><body>no</body></html>", &[]);
        check(b"", &[]);
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut parser = Parser::default();
        let chunk = vec![b'x'; 1024 * 1024];
        let results: Vec<bool> = (0..6).map(|_| parser.push(&chunk, |_| ()).is_ok()).collect();
        assert_eq!(results, [true, true, true, true, false, false]);
    }
}
