//! A page that rustdoc has written.

pub(crate) struct Page {
    pub(crate) text: String,
}

impl Page {
    /// Returns the documentation of a function or method, without markup.
    pub(crate) fn documentation_of(&self, name: &str) -> String {
        let method = format!("id=\"method.{name}\"");
        let start = self.text.find(&method).unwrap_or(0);
        // The attribute is in single quotes if the documentation is inherited from a trait.
        let (_, rest) = self.text[start..]
            .split_once("docblock")
            .expect("it has documentation");
        let (block, _) = rest.split_once("</details>").expect("the block ends");
        let words = block
            .split('<')
            .filter_map(|part| Some(part.split_once('>')?.1));
        words.collect::<String>().trim().to_owned()
    }

    /// Returns the targets of the links to Prometheus.
    pub(crate) fn links(&self) -> Vec<String> {
        let targets = self.text.split("href=\"").skip(1);
        targets
            .filter_map(|rest| Some(rest.split_once('"')?.0.replace("&amp;", "&")))
            .filter(|target| target.contains("/graph?"))
            .collect()
    }
}
