//! A page that rustdoc wrote.

pub(crate) struct Page {
    pub(crate) text: String,
}

impl Page {
    /// What is said of a function or method, without markup.
    pub(crate) fn documentation_of(&self, name: &str) -> String {
        let method = format!("id=\"method.{name}\"");
        let start = self.text.find(&method).unwrap_or(0);
        // In single quotes where it is the trait's.
        let (_, rest) = self.text[start..]
            .split_once("docblock")
            .expect("it has documentation");
        let (block, _) = rest.split_once("</details>").expect("the block ends");
        let words = block
            .split('<')
            .filter_map(|part| Some(part.split_once('>')?.1));
        words.collect::<String>().trim().to_owned()
    }

    /// Where the links to Prometheus lead.
    pub(crate) fn links(&self) -> Vec<String> {
        let targets = self.text.split("href=\"").skip(1);
        targets
            .filter_map(|rest| Some(rest.split_once('"')?.0.replace("&amp;", "&")))
            .filter(|target| target.contains("/graph?"))
            .collect()
    }
}
