//! A shop's folder: `shop.toml` and the help pages in `help/*.md`, with addresses filled in.
//! Whether the settings are right is for the shop crate and the edge to say.

use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: {what}", path.display())]
    Wrong { path: PathBuf, what: String },
}

/// What a shop's folder holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopFolder {
    pub id: String,
    /// The text of `shop.toml`.
    pub settings: String,
    pub help: Vec<HelpPage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HelpPage {
    pub url: String,
    pub title: String,
    pub markdown: String,
}

const STAND_INS: [&str; 3] = ["{{edge}}", "{{shop}}", "{{desk}}"];

/// The addresses of a run on one machine, which files name as `{{edge}}`, `{{shop}}` and `{{desk}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    pub edge: String,
    pub shop: String,
    pub desk: String,
}

impl Addresses {
    /// Only these three are replaced; other braces stay as they are.
    pub fn fill(&self, text: &str) -> String {
        let addresses = [&self.edge, &self.shop, &self.desk];
        STAND_INS
            .into_iter()
            .zip(addresses)
            .fold(text.to_owned(), |text, (name, address)| text.replace(name, address))
    }
}

impl ShopFolder {
    /// Reads a folder, or the `shop.toml` in it. Without addresses, nothing may be left to be filled in.
    ///
    /// # Errors
    /// A file that cannot be read, settings without an `id`, a help page without title or address.
    pub fn read(path: &Path, addresses: Option<&Addresses>) -> Result<Self, FolderError> {
        let (folder, file) = match path.is_dir() {
            true => (path.to_path_buf(), path.join("shop.toml")),
            false => (path.parent().unwrap_or(Path::new("")).to_path_buf(), path.to_path_buf()),
        };
        let read = |path: &Path| {
            let text = std::fs::read_to_string(path).map_err(unreadable(path))?;
            match addresses {
                Some(addresses) => Ok(addresses.fill(&text)),
                None => no_stand_in(&text).map(|()| text).map_err(wrong(path)),
            }
        };
        let settings = read(&file)?;
        let id = id_of(&settings).map_err(wrong(&file))?;
        let pages = help_files(&folder.join("help"))?;
        let help = pages.iter().map(|page| HelpPage::parse(&read(page)?).map_err(wrong(page)));
        Ok(Self { id, settings, help: help.collect::<Result<_, _>>()? })
    }

    /// The same shop with an OpenAI-compatible server in front, for one run.
    ///
    /// # Errors
    /// Settings that are not TOML.
    pub fn with_model(mut self, base_url: &str, model: &str) -> Result<Self, FolderError> {
        let mut table: toml::Table = self.settings.parse().map_err(wrong_toml)?;
        let assistant = table.entry("assistant").or_insert_with(|| toml::Table::new().into());
        if let Some(assistant) = assistant.as_table_mut() {
            for (key, value) in [("provider", "openai"), ("base_url", base_url), ("model", model)] {
                assistant.insert(key.to_owned(), value.into());
            }
        }
        self.settings = table.to_string();
        Ok(self)
    }
}

impl HelpPage {
    /// Markdown after a head of `title: …` and `url: …` between two lines of `---`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (head, markdown) = text
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .ok_or("a help page begins with a line `---`, its `title:` and `url:`, and a line `---`")?;
        let field = |name: &str| {
            let value =
                head.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == name);
            let value = value.map(|(_, value)| value.trim().trim_matches('"').to_owned());
            value
                .filter(|value| !value.is_empty())
                .ok_or(format!("the head of the help page has no `{name}:`"))
        };
        Ok(Self { url: field("url")?, title: field("title")?, markdown: markdown.trim().to_owned() })
    }
}

/// What the demo shop's files name by `{{shop}}` and its like stands nowhere else for anything.
fn no_stand_in(text: &str) -> Result<(), String> {
    match stand_in(text) {
        None => Ok(()),
        Some((line, mark)) => {
            Err(format!("line {line} says {mark}, which only the demo shop fills in: write the real address"))
        }
    }
}

/// The first of the three in a text, and its line; a line of comment may speak of them.
pub fn stand_in(text: &str) -> Option<(usize, &'static str)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("# "));
    let mut found = lines.filter_map(|(at, line)| {
        let mark = STAND_INS.into_iter().find(|mark| line.contains(mark))?;
        Some((at + 1, mark))
    });
    found.next()
}

fn id_of(settings: &str) -> Result<String, String> {
    let table: toml::Table = settings.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let id = table.get("id").and_then(toml::Value::as_str);
    id.map(str::to_owned)
        .ok_or_else(|| "there is no `id = \"…\"`, the name of the shop as in `data-shop`".into())
}

/// In the order of their names, so that the same folder always gives the same push.
fn help_files(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(unreadable(folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut pages = paths.map_err(unreadable(folder))?;
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    Ok(pages)
}

fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> FolderError {
    let path = path.to_path_buf();
    move |source| FolderError::Unreadable { path, source }
}

fn wrong(path: &Path) -> impl FnOnce(String) -> FolderError {
    let path = path.to_path_buf();
    move |what| FolderError::Wrong { path, what }
}

fn wrong_toml(error: toml::de::Error) -> FolderError {
    FolderError::Wrong { path: "shop.toml".into(), what: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_pages_have_a_head() {
        let page = |url: &str, title: &str, markdown: &str| {
            Ok(HelpPage { url: url.into(), title: title.into(), markdown: markdown.into() })
        };
        let no_head = "a help page begins with a line `---`, its `title:` and `url:`, and a line `---`";
        for (text, expected) in [
            (
                "---\ntitle: Sizes\nurl: https://s/sizes\n---\n# Sizes\n\nS, M\n",
                page("https://s/sizes", "Sizes", "# Sizes\n\nS, M"),
            ),
            ("\u{feff}---\r\ntitle: \"A: b\"\r\nurl: /a\r\n---\r\nx", page("/a", "A: b", "x")),
            ("---\ntitle: T\nurl: /u\n---\na\n---\nb", page("/u", "T", "a\n---\nb")),
            ("---\ntitle: T\n---\nx", Err("the head of the help page has no `url:`".to_owned())),
            ("---\ntitle:\nurl: /u\n---\nx", Err("the head of the help page has no `title:`".to_owned())),
            ("# No head", Err(no_head.to_owned())),
        ] {
            assert_eq!(HelpPage::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn only_the_three_addresses_are_filled() {
        let addresses =
            Addresses { edge: "http://e".into(), shop: "http://s".into(), desk: "http://d".into() };
        let text = "src={{edge}}/loader.js {{shop}} {{desk}}/hook {{edge}} {{ edge }} {{name}}";
        assert_eq!(
            addresses.fill(text),
            "src=http://e/loader.js http://s http://d/hook http://e {{ edge }} {{name}}"
        );
    }

    #[test]
    fn what_is_left_to_fill_in_is_found() {
        for (text, expected) in [
            ("# {{shop}} is filled in\nid = 1\norigins = [\"{{shop}}\"]", Some((3, "{{shop}}"))),
            ("url: {{shop}}/a", Some((1, "{{shop}}"))),
            ("a\n[there]({{desk}}) {{ shop }}", Some((2, "{{desk}}"))),
            ("# {{shop}}\nurl: https://s.example {{name}}", None),
        ] {
            assert_eq!(stand_in(text), expected, "{text}");
        }
    }

    #[test]
    fn a_model_is_put_in_front_and_the_rest_stays() {
        let folder = |settings: &str| ShopFolder { id: "s".into(), settings: settings.into(), help: vec![] };
        for settings in
            ["id = \"s\"", "id = \"s\"\n[assistant]\nprovider = \"help-pages\"\ninstructions = \"Be kind\""]
        {
            let changed = folder(settings).with_model("http://127.0.0.1:1/v1", "smol").unwrap();
            let table: toml::Table = changed.settings.parse().unwrap();
            assert_eq!(table["id"].as_str(), Some("s"));
            assert_eq!(table["assistant"]["provider"].as_str(), Some("openai"));
            assert_eq!(table["assistant"]["base_url"].as_str(), Some("http://127.0.0.1:1/v1"));
            let kept = table["assistant"].get("instructions").and_then(toml::Value::as_str);
            assert_eq!(kept.is_some(), settings.contains("instructions"));
        }
    }

    #[test]
    fn settings_need_an_id() {
        assert_eq!(id_of("id = \"demo\"\n[theme]"), Ok("demo".into()));
        assert!(id_of("name = \"x\"").unwrap_err().contains("data-shop"));
        assert!(id_of("id = ").is_err());
    }
}
