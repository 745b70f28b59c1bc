"""What is known of languages: tags, how two parties converse, specialties' names, what a text may hold."""
